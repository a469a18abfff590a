// Whether sound and picture reach the server from this browser, tried in a media room of one's own.
import { useTranslation } from 'react-i18next';
import { useQuery } from '@tanstack/react-query';
import { testNetwork } from '../../api/networkTests';
import { useErrorSentence } from '../../api/useErrorSentence';
import { CallError, findWay, type Way } from '../../call';
import type { Line } from '../../ui/FindingList';

/** Old browsers, and some that live inside other programs, have no calls. */
export const hasCalls = typeof RTCPeerConnection !== 'undefined';

interface NetworkLine {
  line: Line;
  looking: boolean;
  again: () => void;
}

export function useNetworkLine(): NetworkLine {
  const { t } = useTranslation();
  const sentence = useErrorSentence();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['network-test'],
    queryFn: async () => findWay(await testNetwork()),
    enabled: hasCalls,
    retry: false,
    // Each look is a new one.
    gcTime: 0,
    staleTime: Infinity,
  });
  const told = (way: Way | null) => {
    if (way === null) return t('test:network.good');
    const times = way.roundTrip === null ? '' : ` ${t('test:network.time', { milliseconds: way.roundTrip })}`;
    return t(`test:network.${way.by}`) + times;
  };
  const line = (): Omit<Line, 'key' | 'name'> => {
    if (!hasCalls) return { verdict: 'note', sentence: t('test:network.not_here') };
    if (isFetching) return { verdict: null, sentence: t('test:network.looking') };
    if (error) {
      return { verdict: 'bad', sentence: sentence(error instanceof CallError ? error.code : error) };
    }
    return { verdict: data?.by === 'tcp' ? 'warning' : 'good', sentence: told(data ?? null) };
  };
  return {
    line: { key: 'network', name: t('test:check.network'), ...line() },
    looking: isFetching,
    again: () => void refetch(),
  };
}
