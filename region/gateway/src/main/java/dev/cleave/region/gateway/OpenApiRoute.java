package dev.cleave.region.gateway;

import dev.cleave.engine.http.HttpContentTypes;
import dev.cleave.engine.http.HttpRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code GET /openapi.json}: the description of the other routes; a test compares it with what they do. */
final class OpenApiRoute {
    private OpenApiRoute() {}

    static HttpRoutes routes() {
        byte[] document = document();
        return HttpRoutes.none()
                .exact(
                        "GET",
                        "/openapi.json",
                        exchange -> exchange.respond(200, HttpContentTypes.JSON, document.clone()));
    }

    private static byte[] document() {
        try (InputStream in = OpenApiRoute.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is not in the jar");
            }
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
