// A few strong rules: who may import LiveKit, how features see one another, and correct hooks.
import { readdirSync } from 'node:fs';
import js from '@eslint/js';
import globals from 'globals';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const livekit = {
  group: ['livekit-client', 'livekit-client/*', '@livekit/*'],
  message: 'Only src/call knows LiveKit: offer what you need from there, in our words.',
};
const names = readdirSync(new URL('./src/features', import.meta.url)).join('|');
const features = {
  regex: `^(\\.{1,2}/)+(features/)?(${names})/(?!index$)`,
  message: 'A feature sees another one only through its index.ts.',
};

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-imports': ['error', { patterns: [livekit, features] }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/call/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [features] }] },
  },
  {
    files: ['src/test/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [livekit] }] },
  },
  {
    files: ['e2e/**', '*.config.{js,ts}', 'src/test/**'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-console': 'off' },
  },
);
