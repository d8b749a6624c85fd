// What has to pass: pictures as people post them.
import { encode } from './canvas.ts'
import type { Maker } from './sample.ts'
import { SCENES } from './scenes.ts'

type SceneName = keyof typeof SCENES

export const SCENE_NAMES = Object.keys(SCENES) as readonly SceneName[]

export function ordinaryMaker(scene: SceneName): Maker {
  return async function* (random, count) {
    for (let number = 0; number < count; number++) {
      const bytes = await encode(random, await SCENES[scene](random))
      yield { kind: `ordinary-${scene}`, name: `${number}: ${scene}`, bytes, mustBeFound: false }
    }
  }
}
