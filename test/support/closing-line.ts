// The suite's last line, in a form that a machine reads: "Tests: N passed, N failed".
import type { Reporter, TestModule } from 'vitest/node'

export function closingLine(): Reporter {
  return {
    onTestRunEnd(modules: readonly TestModule[], errors) {
      const states = modules.flatMap((module) => [...module.children.allTests()].map(stateOf))
      const broken = modules.filter((module) => module.state() === 'failed').length
      const failed = states.filter((state) => state === 'failed').length
      const passed = states.filter((state) => state === 'passed').length
      // A file that cannot even be loaded has no tests to fail, but it has failed.
      const failures = Math.max(failed, broken) + errors.length
      console.log(`Tests: ${passed} passed, ${failures} failed`)
    },
  }
}

function stateOf(test: { result(): { readonly state: string } }): string {
  return test.result().state
}
