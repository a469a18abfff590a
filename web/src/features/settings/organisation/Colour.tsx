// The colour of the pages, with what the server makes of it so that text stays legible in light and dark.
import { Button, ColorInput, MantineThemeProvider } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  useChangeOrganisation,
  useShades,
  type Organisation,
  type SchemeShades,
} from '../../../api/organisation';
import { Form } from '../../../ui/Form';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';
import classes from './Organisation.module.css';

export function Colour({ organisation }: { organisation: Organisation }) {
  const { t } = useTranslation();
  const change = useChangeOrganisation();
  const saved = organisation.accent ?? '';
  const [accent, setAccent] = useState(saved);
  const whole = /^#[0-9a-f]{6}$/i.test(accent);
  const shades = useShades(accent.toLowerCase(), whole);
  const changed = accent.toLowerCase() !== saved;
  // The field opens a picker and has no other way to name its sliders for those who listen.
  const named = {
    components: {
      ColorPicker: {
        defaultProps: {
          saturationLabel: t('organisation:colour_saturation'),
          hueLabel: t('organisation:colour_hue'),
        },
      },
    },
  };
  return (
    <Section title={t('organisation:colour')} about={t('organisation:colour_about')}>
      <Form onSubmit={() => change.mutate({ accent: accent === '' ? null : accent })}>
        <MantineThemeProvider theme={named}>
          <ColorInput
            size="md"
            format="hex"
            label={t('organisation:colour_of')}
            description={t('organisation:colour_format')}
            value={accent}
            onChange={setAccent}
            fixOnBlur={false}
            withEyeDropper={false}
            popoverProps={{ withinPortal: false }}
          />
        </MantineThemeProvider>
        {whole && shades && (
          <div className={classes.samples}>
            <Sample of={shades.light} name={t('common:theme_light')} />
            <Sample of={shades.dark} name={t('common:theme_dark')} />
          </div>
        )}
        {whole && shades && shades.light.colour !== accent.toLowerCase() && (
          <p className={classes.note}>{t('organisation:colour_moved')}</p>
        )}
        {saved !== '' && (
          <Button
            variant="default"
            className={classes.back}
            onClick={() => {
              setAccent('');
              change.mutate({ accent: null });
            }}
          >
            {t('organisation:colour_own')}
          </Button>
        )}
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}

/** A button as it will look: its colours are the only ones here that are no tokens. */
function Sample({ of: { colour, on }, name }: { of: SchemeShades; name: string }) {
  return (
    <span className={classes.sample} style={{ background: colour, color: on }}>
      {name}
    </span>
  );
}
