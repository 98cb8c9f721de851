import type { SafeHtml } from '../../web/html.ts'
import type { PlacedPage } from './registry.ts'

/** What a page of a plugin has answered: still without its frame. */
export class PageBody {
  readonly placed: PlacedPage
  readonly html: SafeHtml

  constructor(placed: PlacedPage, html: SafeHtml) {
    this.placed = placed
    this.html = html
  }
}
