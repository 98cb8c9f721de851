import type { ChatTools } from '../tools.ts'
import type { PanelState } from '../wire.ts'
import type { Visitor } from '../table.ts'
import type { Widget } from '../widget.ts'

type WhoState = Pick<
  PanelState,
  'promise' | 'isOpen' | 'opensAt' | 'preChat' | 'consent' | 'offers' | 'rating' | 'email'
>

/** What the panel is told of hours, of the form before the chat and of what is known of the visitor. */
export async function whoState(
  _tools: ChatTools,
  _widget: Widget,
  visitor: Visitor | null,
  _locale: 'en' | 'id',
  _now: Date
): Promise<WhoState> {
  const email = visitor?.email
  return {
    ...{ promise: '', isOpen: true, opensAt: null, preChat: [], consent: null },
    offers: { email: false, elsewhere: false },
    rating: { isAsked: false, stars: null },
    email: email ? { value: email, isConfirmed: visitor.is_email_proven === 1 } : null
  }
}
