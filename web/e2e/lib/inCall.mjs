// Breaks what stands between a call and the server's API for it (hands, kept messages).

/**
 * Every page of a context; whole until told otherwise.
 * @param {import('playwright-core').BrowserContext} context
 */
export async function breakInCall(context) {
  let failing = false;
  let losing = false;
  await context.route('**/api/v1/call/**', async (route) => {
    if (route.request().method() === 'GET') return route.fallback();
    if (failing)
      return route.fulfill({ status: 500, json: { code: 'internal', message: '', details: null } });
    if (!losing) return route.fallback();
    await route.fetch();
    return route.abort();
  });
  return {
    /** The server breaks, or is whole again. */
    fail: (/** @type {boolean} */ on) => (failing = on),
    /** What is posted is done, and every answer lost. */
    loseAnswers: (/** @type {boolean} */ on) => (losing = on),
  };
}
