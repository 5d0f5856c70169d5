import { queryOptions } from '@tanstack/react-query'

import { http, reportSignedOut, urlOf } from '@/api/client'
import { ApiProblem, problemOf } from '@/api/problem'
import type { Plugin, PluginHost, PluginVersion, UploadedPlugin } from '@/api/plugin_types'
import type { Page } from '@/api/types'

export const pluginsQuery = queryOptions({
  queryKey: ['plugins'],
  queryFn: ({ signal }) => http.get<Page<Plugin>>('/plugins', { signal }),
})

const versionPath = (id: string, version: string) => `/plugins/${encodeURIComponent(id)}/versions/${encodeURIComponent(version)}`

/** Enables a version with all that it asks for, or with these of its hosts. */
export const grantPlugin = (id: string, version: string, hosts?: PluginHost[]) =>
  http.post<PluginVersion>(`${versionPath(id, version)}/grant`, { body: hosts === undefined ? {} : { hosts } })

/** Lets a disabled version run again, with what was granted before. */
export const enablePlugin = (id: string, version: string) => http.post<PluginVersion>(`${versionPath(id, version)}/enable`)

export const disablePlugin = (id: string, version: string) => http.post<PluginVersion>(`${versionPath(id, version)}/disable`)

export const removePlugin = (id: string, version: string) => http.delete(versionPath(id, version))

export interface Upload {
  onProgress: (sentBytes: number, totalBytes: number) => void
  signal: AbortSignal
}

/** Uploads a component. `fetch` tells nothing of how far an upload has come, hence the older way. */
export function uploadPlugin(file: Blob, { onProgress, signal }: Upload): Promise<UploadedPlugin> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', urlOf('/plugins'))
    request.setRequestHeader('Content-Type', 'application/wasm')
    request.setRequestHeader('Accept', 'application/json')
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded, event.lengthComputable ? event.total : file.size))
    request.addEventListener('error', () => reject(ApiProblem.unreachable()))
    request.addEventListener('abort', () => reject(new DOMException('The upload was cancelled.', 'AbortError')))
    request.addEventListener('load', () => {
      if (request.status === 201) {
        resolve(JSON.parse(request.responseText) as UploadedPlugin)
        return
      }
      if (request.status === 401) reportSignedOut()
      void problemOf(new Response(request.responseText, { status: request.status, statusText: request.statusText })).then(reject)
    })
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
