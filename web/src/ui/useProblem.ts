// The problem with which a page was opened: somebody came back from a sign-in service that did not let them in.
import { useSearchParams } from 'react-router';

/** The error's code, from `?problem=`. */
export function useProblem(): string | null {
  const [query] = useSearchParams();
  const problem = query.get('problem');
  return problem !== null && /^[a-z_]{1,40}$/.test(problem) ? problem : null;
}
