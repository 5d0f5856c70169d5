import { useEffect, useState } from 'react'

type EditorModule = typeof import('./ExpressionEditor')

let loaded: EditorModule | null = null

/** Fetches the code of the expression editor, which the first screen does without. */
export async function loadEditor(): Promise<EditorModule> {
  loaded ??= await import('./ExpressionEditor')
  return loaded
}

/** Whether an editor can appear at once, without losing what is typed meanwhile. */
export function isEditorLoaded(): boolean {
  return loaded !== null
}

/**
 * The editor, or nothing while its code is on the way. Unlike a lazy component it is there in the very render that asks
 * for it once it is loaded, so a field can turn into an editor between two keystrokes.
 */
export function useEditorModule(): EditorModule | null {
  const [module, setModule] = useState(loaded)
  useEffect(() => {
    if (module) return
    let isGone = false
    void loadEditor().then((arrived) => {
      if (!isGone) setModule(arrived)
    })
    return () => {
      isGone = true
    }
  }, [module])
  return module
}
