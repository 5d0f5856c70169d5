import { EditorView } from '@codemirror/view'

let adopted = false

/**
 * Makes CodeMirror keep its rules in a constructed style sheet. In a document it would write a `<style>` element, which
 * our content security policy refuses; only in a shadow root, which has no `head`, it uses a constructed sheet. So the
 * first editor, thrown away at once, is shown a document without a head; the sheet it sets up serves all that follow.
 */
export function adoptStyleSheet(): void {
  if (adopted || !('adoptedStyleSheets' in document)) return
  adopted = true
  const headless = new Proxy(document, {
    get(target, name) {
      if (name === 'head') return null
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  })
  new EditorView({ root: headless }).destroy()
}
