import { DomHandler, DomUtils, Parser } from 'htmlparser2'

const maxDepth = 500
const maxLength = 3_000_000

export type Page = DomHandler['root']
export type Node = Page['children'][number]
export type Tag = Extract<Node, { attribs: unknown }>

/** Builds the tree of a mail's HTML, or null when it is nested so deep that only an attacker wrote it. */
export function readPage(html: string): Page | null {
  const handler = new DomHandler()
  let depth = 0
  const parser = new Parser(
    {
      onparserinit: of => handler.onparserinit(of),
      onopentag(name, attributes) {
        depth += 1
        if (depth > maxDepth) throw new TooDeep()
        handler.onopentag(name, attributes)
      },
      onclosetag() {
        depth -= 1
        handler.onclosetag()
      },
      ontext: text => handler.ontext(text),
      onend: () => handler.onend()
    },
    { decodeEntities: true }
  )
  try {
    parser.end(html.slice(0, maxLength))
  } catch (error) {
    if (error instanceof TooDeep) return null
    throw error
  }
  return handler.root
}

class TooDeep extends Error {}

export const render = (page: Page): string => DomUtils.getInnerHTML(page)

export const isTag = (node: Node): node is Tag => 'attribs' in node

/** Takes nodes out in one pass: removing them one by one is quadratic. */
export function prune(parent: Page | Tag, gone: Set<Node>): void {
  parent.children = parent.children.filter(child => !gone.has(child))
  for (const child of parent.children) if (isTag(child)) prune(child, gone)
}

/** The first characters of a node's text. */
export function textStart(node: Page | Tag, length: number): string {
  let text = ''
  for (const child of node.children) {
    if (text.length >= length) break
    if ('data' in child && child.type === 'text') text += child.data.slice(0, length)
    else if (isTag(child))
      text += textStart(child, length - text.length) + (child.name === 'br' ? '\n' : '')
  }
  return text.slice(0, length)
}
