import { failsWhereItMust, type Fault } from './faulty.ts'

/** In what goes out. */
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
  ['types messages', [45]],
  ['types on for ever', [45]],
  ['keeps what was read to itself', [45]],
  ['stumbles over what was read', [45]]
]

for (const fault of faults) failsWhereItMust(...fault)
