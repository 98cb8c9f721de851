import type { OutboundStep } from 'sapa/plugin-api'

/** The same content twice: as text and as HTML, each with the signature. */
export function bodiesOf(step: OutboundStep, signature: string): { text: string; html: string } {
  const text = step.text.replaceAll('\r\n', '\n')
  const html = step.html ?? htmlOf(text)
  if (!signature || step.kind === 'notice') return { text, html: page(html) }
  return {
    text: `${text.trimEnd()}\n\n-- \n${signature}\n`,
    html: page(`${html}<p>-- <br>${linesOf(signature)}</p>`)
  }
}

function htmlOf(text: string): string {
  return text
    .trim()
    .split(/\n{2,}/)
    .map(paragraph => `<p>${linesOf(paragraph)}</p>`)
    .join('')
}

const page = (html: string) => `<div>${html}</div>`

const linesOf = (text: string) => text.split('\n').map(linked).join('<br>')

/** Addresses of pages become links; a full stop or bracket after one stays outside. */
function linked(line: string): string {
  return line
    .split(/(https?:\/\/[^\s<>"']{1,2000})/)
    .map((piece, index) => {
      if (index % 2 === 0) return escape(piece)
      const url = piece.replace(/[.,;:!?)\]}]{1,20}$/, '')
      return `<a href="${escape(url)}">${escape(url)}</a>${escape(piece.slice(url.length))}`
    })
    .join('')
}

const escape = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
