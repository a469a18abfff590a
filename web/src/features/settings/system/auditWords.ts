// What the audit trail tells, in the reader's words: who, what, and field by field what was or changed.
import type { i18n as I18n } from 'i18next';
import type { AuditEntry } from '../../../api/system';
import { languages } from '../../../i18n';

/** An id says nothing to a reader. */
const id = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Fields that hold a list; in others two things in a row are from what to what. */
const lists = new Set(['scopes', 'events', 'sign_up']);

/** Newer servers may have done what this page has no words for: that is shown as it was written. */
export function auditWords(i18n: I18n) {
  const known = (key: string, otherwise: string) => (i18n.exists(key) ? i18n.t(key) : otherwise);

  function shown(field: string, value: unknown): string {
    if (value === null || value === undefined || value === '') return i18n.t('audit:value.none');
    if (typeof value === 'boolean') return i18n.t(value ? 'audit:value.yes' : 'audit:value.no');
    if (Array.isArray(value)) {
      if (value.length === 0) return i18n.t('audit:value.none');
      return value.map((one) => shown(field, one)).join(', ');
    }
    if (typeof value === 'object') {
      const pairs = Object.entries(value).map(([name, one]) =>
        i18n.t('audit:line', { field: name, value: shown(field, one) }),
      );
      return pairs.length === 0 ? i18n.t('audit:value.none') : pairs.join(', ');
    }
    const text = String(value as string | number);
    switch (field) {
      case 'role':
      case 'default_role':
      case 'group_roles':
        return known(`people:role.${text}`, text);
      case 'access':
        return known(`rooms:access.${text}.name`, text);
      case 'language':
        return text in languages ? languages[text as keyof typeof languages] : text;
      case 'sign_up':
        return known(`organisation:policy.${text}`, text);
      case 'by':
        return known(`audit:by.${text}`, text);
      case 'event':
      case 'events':
        return known(`webhooks:event.${text.replace('.', '_')}`, text);
      case 'scopes': {
        const [noun = '', access = ''] = text.split(':');
        if (!i18n.exists(`settings:me.noun.${noun}`)) return text;
        const field = i18n.t(`settings:me.noun.${noun}`);
        return `${field} (${known(`settings:me.access.${access}`, access)})`;
      }
      default:
        return id.test(text) ? i18n.t('audit:value.another') : text;
    }
  }

  function change(field: string, value: unknown): string {
    const pair =
      Array.isArray(value) && value.length === 2 && !lists.has(field)
        ? { from: value[0] as unknown, to: value[1] as unknown }
        : typeof value === 'object' && value !== null && 'from' in value && 'to' in value
          ? value
          : null;
    if (!pair) return shown(field, value);
    const [from, to] = [shown(field, pair.from), shown(field, pair.to)];
    return from === to ? to : i18n.t('audit:changed_to', { from, to });
  }

  return {
    actor({ actor, person }: Pick<AuditEntry, 'actor' | 'person'>): string {
      if (!person && ['server', 'command line', 'guest'].includes(actor))
        return i18n.t(`audit:actor.${actor}`);
      const inCall = /^(.*), in the call$/.exec(actor);
      if (inCall) return i18n.t('audit:actor.in_call', { name: inCall[1] });
      const token = person ? /^(.*), token (.*?)$/.exec(actor) : null;
      return token ? i18n.t('audit:actor.token', { name: token[1], token: token[2] }) : actor;
    },
    action({ action }: Pick<AuditEntry, 'action'>): string {
      return known(`audit:action.${action}`, action);
    },
    /** Kinds of jobs are words of ours; whatever else something is done to has a name of its own. */
    subject({ action, subject }: Pick<AuditEntry, 'action' | 'subject'>): string {
      return action.startsWith('job.') ? known(`system:kind.${subject}`, subject) : subject;
    },
    /** One line for each field. */
    details({ action, details }: { action: string; details: unknown }): string[] {
      if (typeof details !== 'object' || details === null) return [];
      const noun = action.split('.')[0] ?? '';
      return Object.entries(details)
        .filter(([, value]) => !(typeof value === 'string' && id.test(value)))
        .map(([field, value]) =>
          i18n.t('audit:line', {
            field: known(`audit:field.${noun}_${field}`, known(`audit:field.${field}`, field)),
            value: change(field, value),
          }),
        );
    },
  };
}
