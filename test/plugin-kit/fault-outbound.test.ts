import { failsWhereItMust, type Fault } from './faulty.ts'

/** In what goes out and how long it lasts. */
const faults: Fault[] = [
  ['gives no ref', [17, 39]],
  ['takes 401 for permanent', [18, 28, 29]],
  ['overlooks Retry-After', [18]],
  ['takes a limit for final', [18, 27]],
  ['gives up when nobody listens', [18, 30]],
  ['eats markup', [19]],
  ['repeats what the provider says', [20]],
  ['is silent about the unknown', [21]],
  ['loses names of files', [22]],
  ['reads whole files', [23]],
  ['takes read for delivered', [24]],
  ['hides why it failed', [26]],
  ['cannot renew its token', [28]],
  ['does not keep its token', [28]],
  ['logs every attempt', [30], 'poll'],
  ['answers nothing', [33]],
  ['forgets what is answered', [33]],
  ['forgets its place', [35], 'poll'],
  ['never ends its history', [38], 'poll'],
  ['finds nothing', [39]],
  ['speaks one language', [40]],
  ['keeps customers to itself', [41]],
  ['is slow', [42]],
  ['has no README', [44]]
]

for (const fault of faults) failsWhereItMust(...fault)
