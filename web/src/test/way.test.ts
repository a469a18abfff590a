// By which way a connection goes is read from statistics as browsers write them.
import { expect, it } from 'vitest';
import { wayIn } from '../call/way';

const report = (entries: Record<string, object>) => new Map(Object.entries(entries));

it('follows the transport to its pair, as Chromium tells it', () => {
  const stats = report({
    T1: { type: 'transport', selectedCandidatePairId: 'P2' },
    P1: { type: 'candidate-pair', localCandidateId: 'C1', currentRoundTripTime: 0.5 },
    P2: { type: 'candidate-pair', localCandidateId: 'C2', currentRoundTripTime: 0.0424 },
    C1: { type: 'local-candidate', protocol: 'udp' },
    C2: { type: 'local-candidate', protocol: 'tcp' },
  });
  expect(wayIn(stats)).toEqual({ by: 'tcp', roundTrip: 42 });
});

it('takes the pair that is marked, as Firefox tells it', () => {
  const stats = report({
    P1: { type: 'candidate-pair', localCandidateId: 'C1', selected: false },
    P2: { type: 'candidate-pair', localCandidateId: 'C2', selected: true },
    C1: { type: 'local-candidate', protocol: 'tcp' },
    C2: { type: 'local-candidate', protocol: 'udp' },
  });
  expect(wayIn(stats)).toEqual({ by: 'udp', roundTrip: null });
});

it('knows no way before there is one', () => {
  expect(wayIn(report({}))).toBeNull();
  expect(wayIn(report({ T1: { type: 'transport' } }))).toBeNull();
  expect(wayIn(report({ T1: { type: 'transport', selectedCandidatePairId: 'gone' } }))).toBeNull();
});
