import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** Colours are the variables of the theme, so that light and dark need nothing here. */
const look = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--ink)', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono, ui-monospace, monospace)', lineHeight: '20px' },
  '.cm-content': { padding: '5px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 8px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent)',
  },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-matchingBracket': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--pressed)' },
  '.cm-expression': { backgroundColor: 'var(--accent-soft)', borderRadius: '3px', padding: '1px 0' },
  '.cm-problem': { textDecoration: 'underline wavy var(--danger)', textUnderlineOffset: '4px', textDecorationSkipInk: 'none' },
  '.cm-problem-point': { borderBottom: '2px solid var(--danger)', paddingRight: '6px' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    boxShadow: 'var(--shadow-high)',
    overflow: 'hidden',
    fontSize: '12px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono, ui-monospace, monospace)', maxHeight: '240px', padding: '4px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'baseline',
    gap: '8px',
    padding: '4px 8px',
    borderRadius: '4px',
    lineHeight: '20px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--accent-ink)' },
  '.cm-completionLabel': { flex: '1 0 auto' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginLeft: '16px', maxWidth: '220px', overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-completionIcon': { width: '16px', opacity: '1', color: 'var(--muted)', fontSize: '11px', textAlign: 'center', paddingRight: '0' },
  '.cm-completionIcon-property::after': { content: "'.'" },
  '.cm-completionIcon-variable::after': { content: "'x'" },
  '.cm-completionIcon-function::after': { content: "'ƒ'" },
  '.cm-completionIcon-method::after': { content: "'ƒ'" },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', maxWidth: '320px', fontFamily: 'var(--font-sans, sans-serif)', lineHeight: '18px' },
  '.cm-tooltip.cm-tooltip-hover': { padding: '4px 8px', maxWidth: '420px' },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--ink)', borderColor: 'var(--line)' },
})

const colours = HighlightStyle.define([
  { tag: tags.brace, color: 'var(--accent-ink)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--success-ink)' },
  { tag: [tags.number, tags.atom, tags.bool, tags.null], color: 'var(--warning-ink)' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.controlKeyword], color: 'var(--category-logic)' },
  { tag: tags.special(tags.variableName), color: 'var(--accent-ink)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: 'var(--category-connectors)' },
  { tag: tags.propertyName, color: 'var(--category-data)' },
  { tag: [tags.operator, tags.punctuation], color: 'var(--muted)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: tags.heading, fontWeight: '600' },
  { tag: tags.strong, fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
])

export const theme: Extension = [look, syntaxHighlighting(colours)]
