import { failsWhereItMust, type Fault } from './faulty.ts'

/** In what it is and what comes in. */
const faults: Fault[] = [
  ['acts at import', [1]],
  ['says too little of itself', [2]],
  ['throws in the test', [3]],
  ['tells the wrong secret in the test', [3]],
  ['does not say whose account it is', [4]],
  ['forgets a timer', [5]],
  ['brings items after its end', [6]],
  ['ignores the signal', [7]],
  ['tells seconds for milliseconds', [8]],
  ['takes each copy for another', [9, 13]],
  ['loses receipts', [10, 24, 26]],
  ['keeps its place in memory', [11], 'poll'],
  ['takes ids for the same everywhere', [12]],
  ['checks no signature', [13]],
  ['falls over nonsense', [14]],
  ['keeps a batch as one', [15]],
  ['returns no remote id', [10, 16, 24, 33]]
]

for (const fault of faults) failsWhereItMust(...fault)
