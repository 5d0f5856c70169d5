/** Values an expression can name, as far as they are known. */
export type Values = Record<string, unknown>

/**
 * The context with only what `template` names, so that a preview does not carry megabytes nobody asked for into the
 * core. What is left out is null and keeps its name: suggestions for misspelt names need it.
 */
export function mentioned(template: string, context: Values): Values {
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => {
      if (!names(template, name)) return [name, value === undefined ? undefined : null]
      return [name, name === 'steps' ? mentionedSteps(template, value) : value]
    }),
  )
}

/** The steps that are named. An expression that takes a step by a computed name, or all of them, may mean any. */
export function mentionedSteps(template: string, steps: unknown): unknown {
  if (typeof steps !== 'object' || steps === null || /\bsteps\b(?!\s*\??\.\s*[A-Za-z_$])/.test(template)) return steps
  return Object.fromEntries(Object.entries(steps).map(([id, output]: [string, unknown]) => [id, names(template, id) ? output : null]))
}

/** Also true where the word is only text: then a little more is carried than needed. */
function names(template: string, word: string): boolean {
  const at = template.indexOf(word)
  return at >= 0 && new RegExp(`(?<![\\w$])${word.replace(/[^\w]/g, '\\$&')}(?![\\w$])`).test(template.slice(Math.max(0, at - 1)))
}
