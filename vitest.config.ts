import { defineConfig } from 'vitest/config';

const condition = '@deployment-engine/source';

export default defineConfig({
  ssr: { resolve: { conditions: [condition], externalConditions: [condition] } },
  resolve: { conditions: [condition] },
  test: {
    include: ['{shared,hub,launcher,native/js,servers/*,tests,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/target/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // a shared machine may keep a controller waiting for longer than the second that is usual
    expect: { poll: { timeout: 15_000 } },
    reporters: ['default', './scripts/test-reporter.ts'],
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['{shared,hub,native/js,servers/*}/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.testing.ts', '**/src/testing/**', '**/main.ts', '**/index.ts'],
      reporter: ['text-summary', 'json-summary'],
      // where every backend is there, nothing excuses untested lines
      ...(process.env['CI_REQUIRE_BACKENDS'] === '1' ? { thresholds: { lines: 90 } } : {}),
    },
  },
});
