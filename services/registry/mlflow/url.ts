import type { FastifyRequest } from 'fastify';

/** This registry's URL as the caller reached it. */
export const baseOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`;
