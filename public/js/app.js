import htmx from 'htmx.org'
import { behavior, watch } from './registry.js'
import './auto-grow.js'
import './list-keys.js'
import './page-keys.js'
import './composer.js'
import './late-answer.js'
import './answer-route.js'
import './quote.js'
import './countdown.js'
import './due.js'
import './stick-to-end.js'
import './theme.js'
import './reveal.js'
import './dialog.js'
import './menu.js'
import './typing.js'
import './presence.js'
import './toast.js'
import './frame-height.js'
import './copy-text.js'
import './form.js'
import './live.js'
import './live-refresh.js'
import './timeline.js'
import './message-refresh.js'
import './message-act.js'
import './pop-up.js'
import './enlarge.js'
import './close-next.js'
import './bulk.js'
import './focus.js'
import './attach.js'
import './sign-out.js'
import './insert.js'
import './show-current.js'

// Refusals become a toast; 409 and 422 bring a fragment and are swapped.
htmx.config.noSwap = [204, 304, 401, 403, 404, 413, 429, '5xx']
htmx.config.defaultSwap = 'outerHTML'
htmx.config.defaultTimeout = 30_000
// Styles set by behaviours (heights, menu places) survive a morph; markup carries none.
htmx.config.morphIgnore = ['data-htmx-powered', 'style']

// What a plugin's own script may use.
window.sapa = { behavior }

watch()
