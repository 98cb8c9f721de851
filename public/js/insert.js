import { behavior } from './registry.js'
import { listen } from './dom.js'

// <button type="button" data-behavior="insert" data-insert="Terima kasih"> puts its text at the cursor of
// the composer, in place of what is selected there. The way back is the field's own undo.
behavior('insert', button =>
  listen(button, {
    click: () => {
      const area = document.querySelector('.composer__text')
      if (!area || area.readOnly) return
      area.focus()
      const text = button.dataset.insert
      // Keeps the browser's undo, which setRangeText would lose; it also says `input`.
      if (document.execCommand('insertText', false, text)) return
      area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end')
      area.dispatchEvent(new Event('input', { bubbles: true }))
    }
  })
)
