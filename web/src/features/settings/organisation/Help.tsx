// Whom to ask, and what the law wants to be told: shown at the end of every page.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeOrganisation, type Organisation } from '../../../api/organisation';
import { Form } from '../../../ui/Form';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';

const fields = [
  { id: 'help_contact', type: 'text', longest: 200 },
  { id: 'legal_notice', type: 'url', longest: 500 },
  { id: 'privacy_notice', type: 'url', longest: 500 },
] as const;

type Values = Record<(typeof fields)[number]['id'], string>;

const valuesOf = (of: Organisation): Values => ({
  help_contact: of.help_contact ?? '',
  legal_notice: of.legal_notice ?? '',
  privacy_notice: of.privacy_notice ?? '',
});

export function Help({ organisation }: { organisation: Organisation }) {
  const { t } = useTranslation();
  const change = useChangeOrganisation();
  const saved = valuesOf(organisation);
  const [values, setValues] = useState(saved);
  const changed = fields.some(({ id }) => values[id].trim() !== saved[id]);
  const save = () =>
    change.mutate(
      {
        help_contact: values.help_contact.trim() || null,
        legal_notice: values.legal_notice.trim() || null,
        privacy_notice: values.privacy_notice.trim() || null,
      },
      { onSuccess: (answer) => setValues(valuesOf(answer)) },
    );
  return (
    <Section title={t('organisation:help')} about={t('organisation:help_about')}>
      <Form onSubmit={save}>
        {fields.map(({ id, type, longest }) => (
          <TextInput
            key={id}
            type={type}
            label={t(`organisation:${id}`)}
            description={t(`organisation:${id}_about`)}
            value={values[id]}
            maxLength={longest}
            autoComplete="off"
            onChange={(event) => setValues({ ...values, [id]: event.currentTarget.value })}
          />
        ))}
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}
