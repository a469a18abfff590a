// Starts the web client: language first, then theme, server data and the page of the address.
import 'virtual:mantine-styles';
import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { makeQueryClient } from './api/queryClient';
import { startLanguage } from './i18n';
import { routes } from './routes';
import { themeKey } from './ui/preferences';
import { StageContext } from './ui/stage';
import { cssVariablesResolver, theme } from './ui/theme';

const colorSchemeManager = localStorageColorSchemeManager({ key: themeKey });

/** Made before anything is awaited: the code of the page is then fetched together with the language. */
const router = createBrowserRouter(routes);
const queries = makeQueryClient();

function App() {
  const [stage, setStage] = useState(false);
  return (
    <StageContext.Provider value={setStage}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariablesResolver}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
        forceColorScheme={stage ? 'dark' : undefined}
      >
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StageContext.Provider>
  );
}

async function start() {
  await startLanguage();
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
start().catch(() => {
  // Not even a language could be loaded, so this stands in both.
  document.body.textContent =
    'Palabre ne s’est pas chargé\u202f: vérifiez la connexion, puis rechargez la page. · ' +
    'Palabre did not load: check the connection, then reload the page.';
});
