// Before a meeting: does one see and hear oneself, and does the network let calls pass? What is found can be copied.
import { Button } from '@mantine/core';
import { IconCopy, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { thisBrowser, usePreview } from '../../call';
import { FindingList, type Line } from '../../ui/FindingList';
import { Icon } from '../../ui/Icon';
import { Shell } from '../../ui/Shell';
import { useCopy } from '../../ui/useCopy';
import { usePageTitle } from '../../ui/usePageTitle';
import { DeviceRow, FailureHelp, failureToTell, PreviewBox } from '../room';
import { deviceLine } from './deviceLine';
import classes from './TestPage.module.css';
import { hasCalls, useNetworkLine } from './useNetworkLine';
import { useVerdictWords } from './useVerdictWords';

export function TestPage() {
  const { t } = useTranslation();
  usePageTitle(t('test:title'));
  const words = useVerdictWords();
  const { preview, snapshot } = usePreview();
  const { line: network, looking, again } = useNetworkLine();
  const device = (kind: 'microphone' | 'camera'): Line => {
    const { verdict, say, name } = deviceLine(kind, snapshot);
    return { key: kind, name: t(`test:check.${kind}`), verdict, sentence: t(say, { name }) };
  };
  const lines: Line[] = [
    {
      key: 'browser',
      name: t('test:check.browser'),
      verdict: hasCalls ? 'good' : 'bad',
      sentence: t(hasCalls ? 'test:browser.good' : 'test:browser.bad'),
    },
    device('microphone'),
    device('camera'),
    network,
  ];
  const report = [
    `${location.host} · ${new Date().toISOString()} · ${thisBrowser}`,
    navigator.userAgent,
    ...lines.map(
      ({ name, verdict, sentence }) => `${name} · ${verdict ? words[verdict] : '…'} · ${sentence}`,
    ),
  ].join('\n');
  const [copied, copy] = useCopy(report);
  const failure = failureToTell(snapshot);
  return (
    <Shell>
      <div className={classes.page}>
        <header className={classes.head}>
          <h1 className={classes.title}>{t('test:title')}</h1>
          <p className={classes.about}>{t('test:about')}</p>
        </header>
        <div className={classes.left}>
          <PreviewBox name="" snapshot={snapshot} onToggle={(kind) => preview?.toggle(kind)} />
          <DeviceRow snapshot={snapshot} onChoose={(kind, id) => preview?.choose(kind, id)} />
          {failure && (
            <FailureHelp
              where="door"
              device={failure.device}
              failure={failure.failure}
              onRetry={() => preview?.retry()}
            />
          )}
        </div>
        <section className={classes.result} aria-labelledby="result">
          <h2 id="result" className={classes.heading}>
            {t('test:result')}
          </h2>
          <div role="status">
            <FindingList lines={lines} words={words} />
          </div>
          <div className={classes.buttons}>
            <Button
              variant="default"
              leftSection={<Icon of={IconRefresh} />}
              loading={looking}
              disabled={!hasCalls}
              onClick={again}
            >
              {t('test:again')}
            </Button>
            <Button variant="default" leftSection={<Icon of={IconCopy} />} onClick={copy}>
              {t(copied === 'idle' ? 'test:copy' : copied === 'copied' ? 'test:copied' : 'test:not_copied')}
            </Button>
          </div>
        </section>
      </div>
    </Shell>
  );
}
