// Brings each Mantine component its own styles, so that a page fetches those it shows and not all of them.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const styles = join(dirname(createRequire(import.meta.url).resolve('@mantine/core/styles.css')), 'styles');
const component = /\/@mantine\/core\/esm\/(?:.+\/)?(\w+)\.mjs$/;
/** What `main.tsx` imports: the styles no single component owns, or, while developing, all of them. */
const shared = 'virtual:mantine-styles';
const ownedByNobody = ['default-css-variables', 'baseline', 'global'];

/**
 * The layered edition is taken: styles of our own win over it wherever they stand, so it does not matter that a
 * component's styles may arrive after ours.
 */
export function mantineStyles(): Plugin {
  let building = false;
  return {
    name: 'palabre:mantine-styles',
    configResolved: (config) => {
      building = config.command === 'build';
    },
    resolveId: (id) => (id === shared ? `\0${shared}` : undefined),
    load: (id) => {
      if (id !== `\0${shared}`) return undefined;
      // While developing, Mantine is bundled beforehand, out of sight of `transform`.
      const files = building ? ownedByNobody.map((name) => `styles/${name}.layer.css`) : ['styles.layer.css'];
      return files.map((file) => `import '@mantine/core/${file}';`).join('\n');
    },
    transform: (code, id) => {
      const name = component.exec(id)?.[1];
      if (!building || !name || !existsSync(join(styles, `${name}.layer.css`))) return undefined;
      return { code: `${code}\nimport '@mantine/core/styles/${name}.layer.css';`, map: null };
    },
  };
}
