// Options and answers of passkeys between their JSON (every buffer in base64url) and what navigator.credentials takes
// and gives. Browsers have this of their own only since 2024.

type Json = Record<string, unknown>;

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export function textOf(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const withIds = (listed: unknown) =>
  (Array.isArray(listed) ? (listed as Json[]) : []).map((one) => ({ ...one, id: bytesOf(String(one.id)) }));

export function creationOptions(options: Json): PublicKeyCredentialCreationOptions {
  const user = options.user as Json;
  return {
    ...options,
    challenge: bytesOf(String(options.challenge)),
    user: { ...user, id: bytesOf(String(user.id)) },
    excludeCredentials: withIds(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

export function requestOptions(options: Json): PublicKeyCredentialRequestOptions {
  return {
    ...options,
    challenge: bytesOf(String(options.challenge)),
    allowCredentials: withIds(options.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
}

/** What a passkey answered, as the server reads it. */
export function answerOf(credential: Credential | null): Json {
  if (!(credential instanceof PublicKeyCredential)) throw new TypeError('the browser gave no passkey');
  const { response } = credential;
  const parts: Json = { clientDataJSON: textOf(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    parts.attestationObject = textOf(response.attestationObject);
    parts.transports = response.getTransports();
  } else {
    const assertion = response as AuthenticatorAssertionResponse;
    parts.authenticatorData = textOf(assertion.authenticatorData);
    parts.signature = textOf(assertion.signature);
    if (assertion.userHandle) parts.userHandle = textOf(assertion.userHandle);
  }
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response: parts,
    extensions: credential.getClientExtensionResults(),
  };
}
