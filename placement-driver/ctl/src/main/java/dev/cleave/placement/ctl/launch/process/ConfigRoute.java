package dev.cleave.placement.ctl.launch.process;

import dev.cleave.engine.http.HttpContentTypes;
import dev.cleave.engine.http.HttpRoutes;
import dev.cleave.placement.ctl.output.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /config}: the settings in force, and where each came from. There are no secrets among them. */
public final class ConfigRoute {
    private ConfigRoute() {}

    static HttpRoutes of(List<ShownSetting> shown) {
        byte[] document = Json.list(
                        "Config", shown.stream().map(ConfigRoute::json).toList())
                .getBytes(StandardCharsets.UTF_8);
        return HttpRoutes.none()
                .exact("GET", "/config", exchange -> exchange.respond(200, HttpContentTypes.JSON, document));
    }

    /** One setting as JSON. */
    public static Map<String, @Nullable Object> json(ShownSetting setting) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("name", setting.name());
        json.put("value", setting.value());
        json.put("source", setting.source());
        json.put("default", setting.byDefault());
        return json;
    }
}
