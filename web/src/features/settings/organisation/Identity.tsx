// What the organisation is called, and the language of what it says to people it does not know.
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeOrganisation, type Organisation } from '../../../api/organisation';
import { languages } from '../../../i18n';
import { Form } from '../../../ui/Form';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';

export function Identity({ organisation }: { organisation: Organisation }) {
  const { t } = useTranslation();
  const change = useChangeOrganisation();
  const [name, setName] = useState(organisation.name);
  const [language, setLanguage] = useState(organisation.language);
  const changed = name.trim() !== organisation.name || language !== organisation.language;
  const save = () => change.mutate({ name, language }, { onSuccess: (saved) => setName(saved.name) });
  return (
    <Section title={t('organisation:identity')}>
      <Form onSubmit={save}>
        <TextInput
          label={t('organisation:name')}
          description={t('organisation:name_about')}
          value={name}
          maxLength={64}
          autoComplete="organization"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('organisation:language')}
          description={t('organisation:language_about')}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value)}
          data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
        />
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}
