import { CanvasRoot } from './canvas/CanvasRoot'
import { Inspector } from './inspector/Inspector'
import { RunDialog } from './run/RunDialog'
import { BottomPanel } from './toolbar/BottomPanel'
import { ChangedElsewhere } from './toolbar/ChangedElsewhere'
import { DeleteWorkflow } from './toolbar/DeleteWorkflow'
import { PublishDialog } from './toolbar/PublishDialog'
import { RevisionsDialog } from './toolbar/RevisionsDialog'
import { Toolbar } from './toolbar/Toolbar'
import { SettingsDialog } from './workflow_settings/SettingsDialog'

/** The editor's places: toolbar, canvas, panels, and the dialogs over them. */
export function EditorLayout() {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Toolbar />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <CanvasRoot />
          <BottomPanel />
        </div>
        <Inspector />
      </div>
      <RunDialog />
      <PublishDialog />
      <RevisionsDialog />
      <SettingsDialog />
      <ChangedElsewhere />
      <DeleteWorkflow />
    </div>
  )
}
