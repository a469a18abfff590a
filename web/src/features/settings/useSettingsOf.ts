// Whose settings a page below /settings shows: the frame has made sure that somebody is signed in.
import { useOutletContext } from 'react-router';
import type { Me } from '../../api/me';

export function useSettingsOf(): Me {
  return useOutletContext<Me>();
}
