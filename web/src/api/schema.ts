// The part of the server's API this client uses, in the shape openapi-typescript generates from openapi.json.

export interface paths {
  '/api/v1/rooms/{address}': {
    get: {
      parameters: { path: { address: string } };
      responses: {
        200: { content: { 'application/json': components['schemas']['Room'] } };
        400: { content: { 'application/json': components['schemas']['Error'] } };
      };
    };
  };
  '/api/v1/rooms/{address}/join': {
    post: {
      parameters: { path: { address: string } };
      requestBody: { content: { 'application/json': components['schemas']['JoinRequest'] } };
      responses: {
        200: { content: { 'application/json': components['schemas']['Admitted'] } };
        400: { content: { 'application/json': components['schemas']['Error'] } };
        409: { content: { 'application/json': components['schemas']['Error'] } };
        422: { content: { 'application/json': components['schemas']['Error'] } };
        429: { content: { 'application/json': components['schemas']['Error'] } };
      };
    };
  };
}

export interface components {
  schemas: {
    Room: {
      address: string;
      name?: string | null;
      participants: { name: string }[];
      participant_count: number;
      max_participants: number;
    };
    JoinRequest: { name: string };
    Admitted: { state: 'admitted'; url: string; token: string };
    Error: { code: string; message: string; details?: unknown };
  };
}
