package dev.cleave.engine.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Which handler answers which method and path. Immutable: each method returns a larger table. A path is compared as it was sent; an
 * exact path wins over prefixes, a longer prefix over a shorter one. HEAD is answered by the handler for GET.
 */
public final class HttpRoutes {
    private static final HttpRoutes NONE = new HttpRoutes(List.of());

    private final List<Route> routes;

    private record Route(String method, String path, boolean isPrefix, HttpHandler handler) {
        boolean sameRequestsAs(Route other) {
            return method.equals(other.method) && path.equals(other.path) && isPrefix == other.isPrefix;
        }
    }

    /** The answer for a path: its handlers by method and how much of the path was the prefix. */
    record Match(Map<String, HttpHandler> handlers, int prefixChars) {
        Optional<HttpHandler> handler(String method) {
            HttpHandler own = handlers.get(method);
            return own == null && method.equals("HEAD")
                    ? Optional.ofNullable(handlers.get("GET"))
                    : Optional.ofNullable(own);
        }

        /** The value of an Allow header. */
        String allowed() {
            TreeSet<String> methods = new TreeSet<>(handlers.keySet());
            if (methods.contains("GET")) {
                methods.add("HEAD");
            }
            return String.join(", ", methods);
        }
    }

    private HttpRoutes(List<Route> routes) {
        this.routes = routes;
    }

    public static HttpRoutes none() {
        return NONE;
    }

    /** Adds a route for exactly {@code path}. */
    public HttpRoutes exact(String method, String path, HttpHandler handler) {
        return with(new Route(method, path, false, handler));
    }

    /** Adds a route for every path that starts with {@code prefix}; the handler gets the rest as {@link HttpExchange#remainder}. */
    public HttpRoutes prefix(String method, String prefix, HttpHandler handler) {
        return with(new Route(method, prefix, true, handler));
    }

    /** These routes and {@code others}. */
    public HttpRoutes and(HttpRoutes others) {
        HttpRoutes all = this;
        for (Route route : others.routes) {
            all = all.with(route);
        }
        return all;
    }

    /** The same routes with other handlers: {@code change} gets each one's method and handler. */
    public HttpRoutes each(BiFunction<String, HttpHandler, HttpHandler> change) {
        return new HttpRoutes(routes.stream()
                .map(route ->
                        new Route(route.method, route.path, route.isPrefix, change.apply(route.method, route.handler)))
                .toList());
    }

    Optional<Match> match(String rawPath) {
        String prefix = null;
        for (Route route : routes) {
            if (!route.isPrefix && route.path.equals(rawPath)) {
                return Optional.of(new Match(handlers(rawPath, false), rawPath.length()));
            }
            boolean fits = route.isPrefix && rawPath.startsWith(route.path);
            if (fits && (prefix == null || route.path.length() > prefix.length())) {
                prefix = route.path;
            }
        }
        return prefix == null ? Optional.empty() : Optional.of(new Match(handlers(prefix, true), prefix.length()));
    }

    private Map<String, HttpHandler> handlers(String path, boolean isPrefix) {
        Map<String, HttpHandler> byMethod = new TreeMap<>();
        for (Route route : routes) {
            if (route.isPrefix == isPrefix && route.path.equals(path)) {
                byMethod.put(route.method, route.handler);
            }
        }
        return byMethod;
    }

    private HttpRoutes with(Route added) {
        if (!added.path.startsWith("/")) {
            throw new IllegalArgumentException("a route's path starts with '/', not '" + added.path + "'");
        }
        if (routes.stream().anyMatch(added::sameRequestsAs)) {
            throw new IllegalArgumentException("there is a route for " + added.method + " " + added.path + " already");
        }
        List<Route> more = new ArrayList<>(routes);
        more.add(added);
        return new HttpRoutes(List.copyOf(more));
    }
}
