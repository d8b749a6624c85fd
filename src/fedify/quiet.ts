// How Fedify is called everywhere here: contexts from the bundle, nothing from the network, no telemetry.
import type { Object as APObject } from '@fedify/vocab'
import type { DocumentLoader } from '@fedify/vocab-runtime'
import { contextLoader } from './contexts.ts'

type FedifyOptions = NonNullable<Parameters<typeof APObject.fromJsonLd>[1]>

const REFUSED = new Error('nothing is fetched while reading')
const documentLoader: DocumentLoader = () => Promise.reject(REFUSED)

// Fedify opens a span for every object and superclass, even where nobody collects them.
const SPAN = { setAttribute() {}, setStatus() {}, end() {}, isRecording: () => false }
const TRACER = {
  startActiveSpan: (...args: unknown[]) => (args.at(-1) as (span: typeof SPAN) => unknown)(SPAN),
}
const tracerProvider = { getTracer: () => TRACER } as unknown as NonNullable<
  FedifyOptions['tracerProvider']
>

export const QUIET = { contextLoader, documentLoader, tracerProvider }
