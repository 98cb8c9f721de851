/** Where a widget is to be had. */
export interface Place {
  /** Sapa's address, without a slash at the end. */
  publicUrl: string
  key: string
}

export interface Snippet {
  /** Its words begin with `rooms.snippet.<name>`. */
  name: 'html' | 'wordpress' | 'shopify' | 'gtm' | 'csp' | 'api'
  code: string
}

/** Everything that an owner pastes somewhere. */
export function snippets(place: Place): Snippet[] {
  return [
    { name: 'html', code: embed(place) },
    { name: 'wordpress', code: wordpress(place) },
    { name: 'shopify', code: embed(place) },
    { name: 'gtm', code: tagManager(place) },
    { name: 'csp', code: policy(place) },
    { name: 'api', code: calls }
  ]
}

/** The one line. */
function embed({ publicUrl, key }: Place): string {
  return `<script async src="${publicUrl}/widget.js" data-key="${key}"></script>`
}

const wordpress = (place: Place) => `add_action('wp_footer', function () {
  echo '${embed(place)}';
});`

/** The tag manager drops `data-` attributes of scripts that stand in a tag, so this one sets them itself. */
const tagManager = ({ publicUrl, key }: Place) => `<script>
(function () {
  var script = document.createElement('script')
  script.async = true
  script.src = '${publicUrl}/widget.js'
  script.setAttribute('data-key', '${key}')
  document.head.appendChild(script)
})()
</script>`

function policy({ publicUrl }: Place): string {
  const { origin } = new URL(publicUrl)
  return [`script-src ${origin};`, `connect-src ${origin};`, `frame-src ${origin};`].join(' ')
}

const calls = `<script>
window.Sapa = window.Sapa || function () { (Sapa.q = Sapa.q || []).push(arguments) }
Sapa('update', { name: 'Ratna', facts: { paket: 'Bisnis' } })
Sapa('track', 'checkout', 'Keranjang Rp 4.899.000')
Sapa('on', 'unread', function (count) { document.title = count + ' pesan' })
</script>
<button onclick="Sapa('open')">Chat</button>`
