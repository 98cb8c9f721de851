/**
 * Another plugin failed, or is off. Its own fault is counted where it happened: whoever asked and
 * did not catch this is not to blame.
 */
export class NeighbourFault extends Error {}
