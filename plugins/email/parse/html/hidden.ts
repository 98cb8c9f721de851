import { isTag, type Node, type Page, type Tag } from './dom.ts'

/** Not `font-size:0`: newsletters put their whole content into cells of that size. */
const marks = [
  'display:none',
  'visibility:hidden',
  'mso-hide:all',
  'max-height:0;',
  'max-height:0px'
]

/** Elements nobody sees, such as the preheader of a newsletter. */
export function findHidden(parent: Page | Tag, found: Set<Node> = new Set()): Set<Node> {
  for (const child of parent.children) {
    if (!isTag(child)) continue
    if (isHidden(child)) found.add(child)
    else findHidden(child, found)
  }
  return found
}

function isHidden(tag: Tag): boolean {
  const style = `${tag.attribs.style?.toLowerCase().replaceAll(' ', '') ?? ''};`
  return 'hidden' in tag.attribs || marks.some(mark => style.includes(mark))
}
