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
    reporters: ['default', './scripts/test-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['{shared,hub,native/js,servers/*}/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.testing.ts', '**/src/testing/**', '**/main.ts', '**/index.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
});
