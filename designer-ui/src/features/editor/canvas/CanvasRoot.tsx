import { ReactFlowProvider } from '@xyflow/react'

import { ConnectDialog } from '../palette/ConnectDialog'
import { FindDialog } from '../palette/FindDialog'
import { Canvas } from './Canvas'
import { focusNode, useReveal } from './reveal'

/** The canvas with what opens over it. */
export function CanvasRoot() {
  return (
    <ReactFlowProvider>
      <Canvas />
      <ConnectDialog />
      <Finder />
    </ReactFlowProvider>
  )
}

function Finder() {
  const reveal = useReveal()
  return (
    <FindDialog
      onFound={(id) => {
        reveal(id)
        focusNode(id)
      }}
    />
  )
}
