// Who may make an account of their own, by proving an e-mail address.
import { Radio, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChangeOrganisation, type SignUpPolicy } from '../../../api/organisation';
import { Form } from '../../../ui/Form';
import { SaveRow } from '../SaveRow';
import { Section } from '../Section';
import classes from './Organisation.module.css';

const policies = ['closed', 'members', 'domains', 'anyone'] as const;

const domainsOf = (policy: SignUpPolicy) => (policy.policy === 'domains' ? policy.domains.join(', ') : '');

export function SignUp({ policy: saved }: { policy: SignUpPolicy }) {
  const { t } = useTranslation();
  const change = useChangeOrganisation();
  const [chosen, setChosen] = useState<SignUpPolicy['policy']>(saved.policy);
  const [typed, setTyped] = useState(domainsOf(saved));
  const domains = typed.split(/[\s,;]+/).filter(Boolean);
  const changed =
    chosen !== saved.policy || (chosen === 'domains' && domains.join(', ') !== domainsOf(saved));
  const save = () =>
    change.mutate(
      { sign_up: chosen === 'domains' ? { policy: chosen, domains } : { policy: chosen } },
      { onSuccess: ({ policies: now }) => now && setTyped(domainsOf(now.sign_up)) },
    );
  return (
    <Section title={t('organisation:sign_up')} about={t('organisation:sign_up_about')}>
      <Form onSubmit={save}>
        <Radio.Group
          aria-label={t('organisation:sign_up')}
          value={chosen}
          onChange={(value) => setChosen(value as SignUpPolicy['policy'])}
        >
          <div className={classes.choices}>
            {policies.map((policy) => (
              <Radio
                key={policy}
                size="md"
                value={policy}
                label={t(`organisation:policy.${policy}`)}
                description={t(`organisation:policy_about.${policy}`)}
              />
            ))}
          </div>
        </Radio.Group>
        {chosen === 'domains' && (
          <TextInput
            label={t('organisation:domains')}
            description={t('organisation:domains_about')}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <SaveRow saving={change} changed={changed} />
      </Form>
    </Section>
  );
}
