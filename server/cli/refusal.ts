/** Why a command was not carried out, in a sentence for the person at the terminal. */
export class Refusal extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'Refusal'
  }
}
