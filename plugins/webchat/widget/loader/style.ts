import type { WidgetConfig } from '../../wire.ts'

/** Constructed sheets need no leave from the page's content policy, and `!important` inside wins over the page's. */
export function sheetFor(config: WidgetConfig): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(rules(config))
  return sheet
}

function rules({ colors, scheme, launcher }: WidgetConfig): string {
  const { light, dark } = colors
  const isLeft = launcher.side === 'left'
  const { offsetX: x, offsetY: y, offsetPhoneY: phoneY } = launcher
  return `:host{all:initial!important;color-scheme:${scheme === 'auto' ? 'light dark' : scheme}!important}
*{box-sizing:border-box;font:400 15px/1.4 system-ui,sans-serif}
[hidden]{display:none!important}
button{border:0;padding:0;cursor:pointer;background:none;color:light-dark(#15201d,#e7ecea)}
button:focus-visible{outline:3px solid light-dark(#1d5fd1,#7fb0ff);outline-offset:2px}
.k,.g,.f{position:fixed;${isLeft ? 'left' : 'right'}:${x}px;bottom:${y}px;z-index:${launcher.zIndex};box-shadow:0 6px 32px rgb(0 0 0/.25)}
.k{width:56px;height:56px;border-radius:50%;background:light-dark(${light.brand},${dark.brand});color:light-dark(${light.onBrand},${dark.onBrand})}
svg{width:26px;fill:none;stroke:currentColor;stroke-width:2;vertical-align:middle}
span{position:absolute;top:-3px;right:-3px;min-width:22px;border-radius:11px;background:#b42318;color:#fff;font-size:12px;line-height:22px}
.g{margin-bottom:68px;display:flex;max-width:280px}
.g,.f{background:light-dark(#fff,#1b2321);border:1px solid light-dark(#dfe3de,#384440);border-radius:17px}
.g button{min-height:44px;padding:12px 0 12px 16px;text-align:start;overflow-wrap:anywhere}
.g button+button{padding:0;flex:0 0 44px;text-align:center;font-size:20px}
.f{width:376px;height:min(640px,100dvh - ${y}px - 24px);overflow:hidden}
iframe{border:0;width:100%;height:100%}
@media(max-width:480px){.k,.g{bottom:${phoneY}px}.f{inset:0;width:100%;height:100dvh;border:0;border-radius:0}}
@media print{.k,.g,.f{display:none}}`
}
