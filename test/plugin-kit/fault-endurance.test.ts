import { failsWhereItMust, type Fault } from './faulty.ts'

/** In what it keeps up and what it is written with. */
const faults: Fault[] = [
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
