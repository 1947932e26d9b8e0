package dev.cleave.placement.ctl.command;

import dev.cleave.placement.ctl.output.Json;
import dev.cleave.region.protocol.PdReply;
import dev.cleave.region.protocol.PdRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code cleave status}: the cluster in a few lines. */
@Command(name = "status", description = "Shows whether the cluster is healthy.", mixinStandardHelpOptions = true)
public final class StatusCommand extends AdminCommand {
    @Override
    protected int run(Session session) {
        PdReply.Status status = session.ask(new PdRequest.GetStatus(), PdReply.Status.class);
        if (isJson()) {
            print(Json.document("Status", json(status)));
        } else {
            boolean isHealthy = status.storesUp() == status.stores()
                    && status.regionsWithoutLeader() == 0
                    && status.underReplicated() == 0
                    && status.stores() > 0
                    && status.regions() > 0;
            print("cluster   " + Long.toHexString(status.clusterId()) + " · "
                    + (isHealthy ? "healthy" : "needs attention"));
            print("pd        " + status.members() + " leader " + status.leader());
            print("stores    " + status.storesUp() + " up of " + status.stores());
            print("regions   " + status.regions() + " · without leader " + status.regionsWithoutLeader()
                    + " · under-replicated " + status.underReplicated());
            print("operators " + status.operators() + " running");
        }
        return ExitCode.OK;
    }

    private static Map<String, Object> json(PdReply.Status status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clusterId", Long.toHexString(status.clusterId()));
        json.put("members", status.members().stream().map(Object::toString).toList());
        json.put("leader", status.leader().toString());
        json.put("storesUp", status.storesUp());
        json.put("stores", status.stores());
        json.put("regions", status.regions());
        json.put("regionsWithoutLeader", status.regionsWithoutLeader());
        json.put("underReplicated", status.underReplicated());
        json.put("operators", status.operators());
        return json;
    }
}
