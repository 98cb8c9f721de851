import { shop } from './world.ts'

export interface Letter {
  id: string
  from: string
  subject: string
  text: string
  /** Id of an earlier letter that this one answers. */
  after?: string
}

/** A customer's mail as it lies in the mailbox. */
export function letter({ id, from, subject, text, after }: Letter): string {
  const reference = `<${after}@pelanggan.example>`
  const thread = after ? [`In-Reply-To: ${reference}`, `References: ${reference}`] : []
  return [
    `From: ${from}`,
    `To: Sinar Elektronik <${shop}>`,
    `Subject: ${after ? 'Re: ' : ''}${subject}`,
    `Message-ID: <${id}@pelanggan.example>`,
    ...thread,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    ''
  ].join('\r\n')
}
