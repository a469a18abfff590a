// How long it is kept who was in meetings and what was written there; what is older is erased.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeOrganisation, type Organisation } from '../../../api/organisation';
import { Form } from '../../../ui/Form';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';

type Policies = NonNullable<Organisation['policies']>;

const fields = ['attendance_days', 'chat_days'] as const;

type Values = Record<(typeof fields)[number], string>;

const valuesOf = (policies: Policies): Values => ({
  attendance_days: String(policies.attendance_days ?? ''),
  chat_days: String(policies.chat_days ?? ''),
});

/** An empty field keeps without limit; what is no number is for the server to refuse. */
const daysOf = (typed: string) => (typed === '' ? null : Number(typed));

export function Retention({ policies }: { policies: Policies }) {
  const { t } = useTranslation();
  const change = useChangeOrganisation();
  const saved = valuesOf(policies);
  const [values, setValues] = useState(saved);
  const changed = fields.some((field) => values[field] !== saved[field]);
  const save = () =>
    change.mutate({ attendance_days: daysOf(values.attendance_days), chat_days: daysOf(values.chat_days) });
  return (
    <Section title={t('organisation:retention')} about={t('organisation:retention_about')}>
      <Form onSubmit={save}>
        <p>{t('organisation:days_kept')}</p>
        {fields.map((field) => (
          <TextInput
            key={field}
            label={t(`organisation:${field}`)}
            description={t(`organisation:${field}_about`)}
            inputMode="numeric"
            maxLength={4}
            maw={280}
            autoComplete="off"
            value={values[field]}
            onChange={(event) =>
              setValues({ ...values, [field]: event.currentTarget.value.replace(/\D/g, '') })
            }
          />
        ))}
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}
