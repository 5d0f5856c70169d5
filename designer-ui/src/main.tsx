import '@/ui/theme.css'

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from '@/app/App'
import { trustOwnScripts } from '@/app/trusted_types'

trustOwnScripts(window.trustedTypes, window.location.origin)

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id "root".')

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
