// Writes .oxlintrc.json from the law; `--check` only says whether it is up to date. Plain JavaScript for Node 20.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ARTICLES, GLOBALS, PROPERTIES, STDOUT, ZONES } from './law.mjs';
import { Advice, main } from './terminal.mjs';

const file = fileURLToPath(new URL('../.oxlintrc.json', import.meta.url));

/** Where native may be imported, the globs over all our packages leave it out; elsewhere they must not, for one exception frees a specifier
 * from every pattern of oxlint's rule, the article about native among them. */
function pattern({ id: _id, group, ...rest }, may) {
  if (group === undefined) return rest;
  const ours = group.includes('!@deployment-engine/shared') && may.includes('native');
  return { group: ours ? [...group, '!@deployment-engine/native'] : group, ...rest };
}

/** The whole of a zone's rules: a later override replaces an earlier one, so each has to say everything. */
function override({ files, may, free = [] }) {
  const patterns = ARTICLES.filter((article) => !may.includes(article.id)).map((article) => pattern(article, may));
  const properties = [...(free.includes('globals') ? [] : PROPERTIES), ...(free.includes('stdout') ? [] : [STDOUT])];
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      'no-restricted-globals': free.includes('globals') ? 'off' : ['error', { globals: GLOBALS, checkGlobalObject: true }],
      'no-restricted-properties': properties.length === 0 ? 'off' : ['error', ...properties],
      'no-console': free.includes('console') ? 'off' : 'error',
    },
  };
}

/** The configuration of oxlint: what is plainly wrong, then the law. */
export function lintConfig() {
  return {
    $schema: './node_modules/oxlint/configuration_schema.json',
    plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise'],
    categories: { correctness: 'error', suspicious: 'error' },
    ignorePatterns: ['**/dist/**', '**/target/**', '**/coverage/**'],
    rules: {
      'typescript/no-explicit-any': 'error',
      'typescript/ban-ts-comment': ['error', { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true, 'ts-check': false }],
      'typescript/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      'import/no-default-export': 'error',
      'import/no-cycle': 'error',
      'unicorn/filename-case': ['error', { case: 'kebabCase' }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'start' }],
      'no-eval': 'error',
      'no-new-func': 'error',
      eqeqeq: ['error', 'smart'],
      'prefer-const': 'error',
      'typescript/no-floating-promises': 'error',
      'typescript/no-misused-promises': 'error',
      'typescript/only-throw-error': 'error',
      'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Taste, not defects.
      'typescript/no-unsafe-type-assertion': 'off',
      'typescript/require-array-sort-compare': 'off',
      'typescript/consistent-return': 'off',
      'typescript/unbound-method': 'off',
      'typescript/no-meaningless-void-operator': 'off',
      'typescript/no-unnecessary-type-parameters': 'off',
      'typescript/no-unnecessary-boolean-literal-compare': 'off',
      'no-control-regex': 'off',
      'no-unmodified-loop-condition': 'off',
      'no-underscore-dangle': 'off',
      'unicorn/consistent-function-scoping': 'off',
      'unicorn/prefer-add-event-listener': 'off',
      'promise/always-return': 'off',
      'promise/no-callback-in-promise': 'off',
    },
    overrides: [
      ...ZONES.map(override),
      {
        files: ['tests/**', '**/*.test.ts'],
        plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'vitest'],
        rules: {
          // A test of types says by it what must not compile.
          'typescript/ban-ts-comment': [
            'error',
            { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true, 'ts-check': false },
          ],
          'vitest/no-focused-tests': 'error',
          'vitest/no-identical-title': 'error',
          'vitest/valid-expect': ['error', { maxArgs: 2 }],
        },
      },
      { files: ['vitest.config.ts', '**/vitest.config.ts', 'scripts/test-reporter.ts'], rules: { 'import/no-default-export': 'off' } },
    ],
  };
}

export function lintConfigText() {
  return `${JSON.stringify(lintConfig(), undefined, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    if (!process.argv.includes('--check')) writeFileSync(file, lintConfigText());
    else if (readFileSync(file, 'utf8') !== lintConfigText())
      throw new Advice('.oxlintrc.json does not follow scripts/law.mjs: run "npm run fix".');
  });
}
